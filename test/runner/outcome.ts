/** What came of one file of tests. */
export interface Outcome {
  /** Its path below `test/`. */
  readonly file: string;
  readonly seconds: number;
  /** What the process that ran it held on its heap when it ended, in MB. */
  readonly heapMb: number;
  readonly passed: number;
  readonly failed: number;
  /** What did not pass and how, to be read where the output ends. */
  readonly complaints: readonly string[];
}

/** Stands on a line of its own before the JSON of an outcome, behind what the file has printed. */
export const outcomeMark = '\0outcome\n';
