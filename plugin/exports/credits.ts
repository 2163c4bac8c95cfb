import type { MessagePort } from 'node:worker_threads';

/** Chunks in flight: the next is made while the last one is sent. */
const mostOnTheWay = 3;

/** Limits how far a thread works ahead: each message of the port says that a chunk was taken. */
export class Credits {
  readonly #port: MessagePort;
  #left = mostOnTheWay;
  #wake: (() => void) | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', this.#give);
  }

  /** Waits until fewer than `mostOnTheWay` chunks are in flight. */
  async take(): Promise<void> {
    while (this.#left === 0) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#left -= 1;
  }

  close(): void {
    this.#port.off('message', this.#give);
  }

  readonly #give = (): void => {
    this.#left += 1;
    this.#wake?.();
  };
}
