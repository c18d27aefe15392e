/** One number of a recording beside the model's. */
export interface MemoryCheck {
  readonly what: string;
  readonly real: number | string;
  readonly simulated: number | string;
  /** How far apart they may be: 0 exact; a share of the real number, or units where `isShare` is false. */
  readonly tolerance: number;
  readonly isShare: boolean;
  readonly ok: boolean;
}

export const exactly = (what: string, real: number | string, simulated: number | string): MemoryCheck => ({
  what,
  real,
  simulated,
  tolerance: 0,
  isShare: false,
  ok: real === simulated,
});

/** Equal, or apart by so many units. */
export const within = (what: string, real: number, simulated: number, units: number): MemoryCheck => ({
  what,
  real,
  simulated,
  tolerance: units,
  isShare: false,
  ok: Math.abs(real - simulated) <= units,
});

/** Apart by a share of the real number. */
export const near = (what: string, real: number, simulated: number, share: number): MemoryCheck => ({
  what,
  real,
  simulated,
  tolerance: share,
  isShare: true,
  ok: Math.abs(simulated - real) <= share * Math.abs(real),
});
