/** A mailbox's quota in bytes, or the largest that a plan permits if that is less; 0 and undefined mean no limit. */
export function permittedQuota(bytes: number, most: number | undefined): number {
  return most === undefined || (bytes > 0 && bytes <= most) ? bytes : most;
}
