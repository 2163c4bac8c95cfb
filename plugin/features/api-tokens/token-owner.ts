/** Whose a token is, and who else may see what is recorded of it. */
export interface TokenOwner {
  readonly ownerId: number;
  readonly resellerId: number | undefined;
}
