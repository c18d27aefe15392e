/** How far two runs of the same requests are apart. Pure arithmetic on columns of milliseconds. */

export const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Root mean square of a - b, value by value. */
export const rmsDifference = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);

/** The demerit figure: root mean square distance of the two distributions, both sorted and paired by rank. */
export const demerit = (a: Float64Array, b: Float64Array): number => rmsDifference(a.slice().sort(), b.slice().sort());

/** The largest |a - b|. */
export const worstDifference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);

/** The share of values, 0 to 1, for which |a - b| <= limit. */
export const shareWithin = (a: Float64Array, b: Float64Array, limit: number): number =>
  a.reduce((count, value, i) => count + (Math.abs(value - b[i]!) <= limit ? 1 : 0), 0) / a.length;
