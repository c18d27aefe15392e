/** What numbers of repeated runs tell: intervals, comparisons, tests, quantiles, warm-up. Nothing here knows rows, charts or experiments. */
export { bootstrapInterval, type BootstrapMethod } from './bootstrap.js';
export { correlation } from './correlation.js';
export { holmAdjusted } from './holm.js';
export { mean, pairedDifferenceInterval, pairedRatioInterval, sampleSd, tInterval, type Interval } from './intervals.js';
export { kolmogorovSmirnov, type KolmogorovSmirnov } from './kolmogorov-smirnov.js';
export { leastSquares, type Fit, type FitParameter, type FittedParameter, type Residuals } from './least-squares.js';
export { linearFit } from './linear-fit.js';
export { mser5, type WarmUp } from './mser5.js';
export { pairedTest, type PairedTest } from './paired-test.js';
export { pooledQuantile, quantileWithBand, type QuantileBand, type Refused } from './quantiles.js';
export { ratioOfMeans, type RatioInterval } from './ratios.js';
export { tQuantile } from './student-t.js';
