// Opens the current page again. After the end of a session, the requests of scripts are answered with the sign-in page,
// which is no part of this one: opened as a whole, the page leads to sign-in and back to itself.
export function openAgain() {
  location.assign(location.pathname + location.search);
}

/** @throws {Error} after opening the page again, if the answer is another page than the one asked for. */
export async function fetchOwn(address, options) {
  const response = await fetch(address, options);
  if (response.redirected) {
    openAgain();
    throw new Error(`${address} leads elsewhere.`);
  }
  return response;
}
