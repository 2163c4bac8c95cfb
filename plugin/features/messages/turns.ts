/** The lane of a message: servers with troubles do not take the usual places. */
type Lane = 'usual' | 'slow';

/** Whose message it is, and its server. */
export interface Party {
  readonly ownerId: number;
  /** A reseller with all its customers, or a customer without one. */
  readonly groupId: number;
  /** The host of the account's SMTP server. */
  readonly host: string;
  readonly lane: Lane;
}

/** An account with a due message. */
export interface Candidate extends Party {
  readonly due: number;
  /** How many of its messages all processes are sending. */
  readonly underWay: number;
}

/** A message that is being sent. */
export interface Sending extends Party {
  /** Whether the server has the whole message and may take minutes to answer. */
  readonly isAwaited: boolean;
}

/** Per account. */
const mostOfAccount = 2;
const places: Readonly<Record<Lane, number>> = { usual: 8, slow: 4 };
/** Including those that only wait for a server's final answer. */
const mostAtAll = 24;

/**
 * Whether an account's message may be sent now. A group takes at most as many places as it leaves free (dynamic
 * thresholds of Choudhury and Hahne): one reseller alone has half of the places, two a third each, and so on, so that a
 * group without a message under way finds a place.
 */
export function mayBegin(candidate: Candidate, sendings: readonly Sending[]): boolean {
  const own = sendings.filter(({ ownerId }) => ownerId === candidate.ownerId);
  if (Math.max(own.length, candidate.underWay) >= mostOfAccount) {
    return false;
  }
  const { lane } = candidate;
  const inLane = sendings.filter((each) => each.lane === lane && !each.isAwaited);
  const left = places[lane] - inLane.length;
  return (
    hasShare(inLane, left, ({ groupId }) => groupId === candidate.groupId) &&
    // Many may use the same server; they share its places when it is slow.
    hasShare(inLane, sharesOfHost * left, ({ host }) => host === candidate.host) &&
    hasShare(sendings, mostAtAll - sendings.length, ({ groupId }) => groupId === candidate.groupId)
  );
}

/** More than any group has, so that no group can fill a shared server's places. */
const sharesOfHost = 3;

function hasShare(
  sendings: readonly Sending[],
  left: number,
  isOfSame: (sending: Sending) => boolean,
): boolean {
  return sendings.filter(isOfSame).length < left;
}

/** Remembers when each had its last turn. */
export class Turns {
  readonly #last = new Map<string, number>();
  #count = 0;

  /** Accounts whose messages may be sent now: fewest under way first, then the longest wait. */
  inOrder(candidates: readonly Candidate[], sendings: readonly Sending[]): readonly Candidate[] {
    const ranked = candidates
      .filter((candidate) => mayBegin(candidate, sendings))
      .map((candidate) => ({ candidate, rank: this.#rank(candidate, sendings) }));
    return ranked.toSorted((a, b) => compare(a.rank, b.rank)).map(({ candidate }) => candidate);
  }

  taken({ ownerId, groupId }: Party): void {
    this.#count += 1;
    this.#last.set(accountKey(ownerId), this.#count);
    this.#last.set(groupKey(groupId), this.#count);
  }

  #rank({ ownerId, groupId, due }: Candidate, sendings: readonly Sending[]): readonly number[] {
    return [
      sendings.filter((each) => each.groupId === groupId).length,
      this.#last.get(groupKey(groupId)) ?? 0,
      sendings.filter((each) => each.ownerId === ownerId).length,
      this.#last.get(accountKey(ownerId)) ?? 0,
      due,
    ];
  }
}

function accountKey(id: number): string {
  return `account ${id}`;
}

function groupKey(id: number): string {
  return `group ${id}`;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const different = a.findIndex((each, index) => each !== b[index]);
  return different === -1 ? 0 : (a[different] ?? 0) - (b[different] ?? 0);
}
