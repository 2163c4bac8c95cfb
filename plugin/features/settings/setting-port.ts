/** @throws {RefusedValueError} */
export function parsePort(text: string): string {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > mostPort) {
    throw new RefusedValueError();
  }
  return String(port);
}

const mostPort = 65_535;

export class RefusedValueError extends Error {
  override readonly name = 'RefusedValueError';
  readonly key: string;

  constructor(key = 'errors.field.number.port') {
    super();
    this.key = key;
  }
}
