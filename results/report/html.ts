/** Text into HTML, data and scripts into a page, without a way for either to break out. It knows no report. */

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Safe as text and within a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

/** JavaScript that may stand within a script element: what would end it, or begin a comment, is written another way within its texts. */
export const inlineScript = (code: string): string => code.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');

/** A link's target that holds the file itself. */
export const dataUri = (type: string, content: string | Uint8Array): string =>
  `data:${type};base64,${Buffer.from(typeof content === 'string' ? Buffer.from(content, 'utf8') : content).toString('base64')}`;

/** `<tag>` with escaped text. */
export const element = (tag: string, text: string, attributes = ''): string =>
  `<${tag}${attributes === '' ? '' : ` ${attributes}`}>${escapeHtml(text)}</${tag}>`;
