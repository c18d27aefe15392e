/** Many tests at once: who asks twenty questions at 5 % is told yes once for nothing. It knows no samples. */

/**
 * Holm's (1979) adjusted p values, in the order given: below `alpha` they reject so that the chance of any wrong rejection is at most `alpha`,
 * whatever the tests have to do with each other.
 * @throws RangeError at what is no probability
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const stray = pValues.find((p) => !(p >= 0 && p <= 1));
  if (stray !== undefined) throw new RangeError(`a p value of ${stray}`);
  const adjusted = new Array<number>(pValues.length);
  let floor = 0;
  const ascending = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p || a.index - b.index);
  for (const [rank, { p, index }] of ascending.entries()) {
    floor = Math.max(floor, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = floor;
  }
  return adjusted;
}
