/** The first bytes of a file as text, one character a byte: for recognising a format. */
export const headText = (head: Uint8Array): string => new TextDecoder('latin1').decode(head);

/** The whole lines of a file's first bytes; where they hold no end of line, what there is. At most `most`. */
export function headLines(head: Uint8Array, most = 20): readonly string[] {
  const text = headText(head);
  const end = text.lastIndexOf('\n');
  return (end < 0 ? text : text.slice(0, end)).split(/\r?\n/, most);
}
