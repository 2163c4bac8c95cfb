/** Where a message is sent from: servers that have troubles keep nobody from the usual places. */
type Lane = 'usual' | 'slow';

/** Whose message it is, and where it goes. */
export interface Party {
  readonly ownerId: number;
  /** A reseller with all its customers, or a customer without one. */
  readonly groupId: number;
  /** Of the account's SMTP server. */
  readonly host: string;
  readonly lane: Lane;
}

/** An account that has a message which is due. */
export interface Candidate extends Party {
  readonly due: number;
  /** How many of its messages all processes together are sending. */
  readonly underWay: number;
}

/** A message that is being sent. */
export interface Sending extends Party {
  /** The server has it whole, and may think about it for minutes. */
  readonly isAwaited: boolean;
}

/** Of one account. */
const mostOfAccount = 2;
const places: Readonly<Record<Lane, number>> = { usual: 8, slow: 4 };
/** With those that only wait for a server's last word. */
const mostAtAll = 24;

/**
 * Whether a message of the account may be sent now. Nobody takes more than is left for others (the dynamic thresholds
 * of Choudhury and Hahne): one reseller alone has half of the places, two a third each, and so on, so that there is one
 * for who has nothing under way.
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
    // Many may use the same server; they share it when it keeps them waiting.
    hasShare(inLane, sharesOfHost * left, ({ host }) => host === candidate.host) &&
    hasShare(sendings, mostAtAll - sendings.length, ({ groupId }) => groupId === candidate.groupId)
  );
}

/** More than any group has, so that no group can fill what a server of many may take. */
const sharesOfHost = 3;

function hasShare(
  sendings: readonly Sending[],
  left: number,
  isOfSame: (sending: Sending) => boolean,
): boolean {
  return sendings.filter(isOfSame).length < left;
}

/** Remembers who had a turn when. */
export class Turns {
  readonly #last = new Map<string, number>();
  #count = 0;

  /** Those whose messages may be sent now, whoever has the least under way and has waited for longest before others. */
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
