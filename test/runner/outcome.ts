/** The outcome of one test file. */
export interface Outcome {
  /** Its path below `test/`. */
  readonly file: string;
  readonly seconds: number;
  /** Of its process and of the ended ones that it started. */
  readonly processorSeconds: number;
  /** The heap of its process at the end, in MB. */
  readonly heapMb: number;
  readonly passed: number;
  readonly failed: number;
  /** Failures, for the end of the output. */
  readonly complaints: readonly string[];
}

/** Marks the line with the JSON of an outcome, after a file's output. */
export const outcomeMark = '\0outcome\n';
