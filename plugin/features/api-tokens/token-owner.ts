/** A token's owner, and who else may see its audit entries. */
export interface TokenOwner {
  readonly ownerId: number;
  readonly resellerId: number | undefined;
}
