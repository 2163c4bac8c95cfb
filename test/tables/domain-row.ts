/** A row of `domains` with the given search text. */
export function domainRow(name: string, ownerId: number, searchText = name): object {
  return {
    name,
    at_name: `@${name}`,
    sort_name: name,
    postmaster_address: `postmaster@${name}`,
    owner_id: ownerId,
    created_at: 0,
    search_text: searchText,
  };
}
