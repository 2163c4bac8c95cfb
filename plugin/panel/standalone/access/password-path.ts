/** The path of the page where the holder of a link chooses a password. */
export function passwordPath(token: string): string {
  return `/new-password/${token}`;
}
