/** From an SVG of a chart to a PDF page of the same size, for a paper in LaTeX: vectors, the font embedded, the same bytes every time. */
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { fontFiles } from './charts/font.js';

/** The part of svg-to-pdfkit that is used; the package has no types of its own. */
type DrawSvg = (
  document: InstanceType<typeof PDFDocument>,
  svg: string,
  x: number,
  y: number,
  options: {
    readonly width: number;
    readonly height: number;
    readonly fontCallback: (family: string, isBold: boolean) => string;
    readonly warningCallback: (warning: string) => void;
  },
) => void;

const drawSvg = createRequire(import.meta.url)('svg-to-pdfkit') as DrawSvg;

/** A CSS pixel is 1/96 inch, a point of PDF 1/72. */
const pointsPerPixel = 0.75;
/** A PDF holds the time at which it was made: always this one. */
const epoch = new Date(0);

/**
 * Draws an SVG as a PDF of one page.
 * @param title of the document
 * @throws RangeError at an SVG without a size in pixels, or one that cannot be drawn as it is
 */
export function renderPdf(svg: string, title: string): Promise<Uint8Array> {
  const [width, height] = ['width', 'height'].map((name) => Number(new RegExp(`^[^>]*<svg[^>]* ${name}="([0-9.]+)"`).exec(svg)?.[1]));
  if (!(width! > 0 && height! > 0)) throw new RangeError('an SVG without a size in pixels cannot be put on a page');
  const size = { width: width! * pointsPerPixel, height: height! * pointsPerPixel };
  const document = new PDFDocument({
    size: [size.width, size.height],
    margin: 0,
    info: { Title: title, Creator: 'snapsim', Producer: 'pdfkit', CreationDate: epoch, ModDate: epoch },
  });
  const pieces: Uint8Array[] = [];
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    document.on('data', (piece: Uint8Array) => pieces.push(piece));
    document.on('end', () => resolve(Buffer.concat(pieces)));
    document.on('error', reject);
  });
  document.registerFont('regular', fontFiles[0]);
  document.registerFont('semi-bold', fontFiles[1]);
  drawSvg(document, withoutSolidDashes(svg), 0, 0, {
    ...size,
    fontCallback: (_, isBold) => (isBold ? 'semi-bold' : 'regular'),
    warningCallback: (warning) => {
      throw new RangeError(`an SVG that cannot be drawn as it is: ${warning}`);
    },
  });
  document.end();
  return whole;
}

/** Vega writes a solid line as a dash of 1 and a gap of 0, which a PDF must not have. */
const withoutSolidDashes = (svg: string): string => svg.replace(/ stroke-dasharray="1,\s*0"/g, '');
