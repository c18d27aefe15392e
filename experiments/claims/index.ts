/** The claims of the papers: the ledger, measures on rows, verdicts, and their tables. */
export { loadLedger, parseLedger, Ledger, claimClasses, type Claim, type ClaimClass } from './ledger.js';
export type { Aggregate, Bounds, BoundPair, Measured, Stand } from './bounds.js';
export { bandValue, withBands, type Band } from './band.js';
export { take, type DerivedBounds, type Measure, type Measurement } from './measure.js';
export { statedNumber } from './stated.js';
export { countVerdicts, evaluateClaims, verdicts, type ClaimResult, type Verdict } from './evaluate.js';
export { claimsJson, claimsTable, formatSimulated, scoreRows, type ClaimJson } from './format.js';
