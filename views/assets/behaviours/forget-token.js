// Takes the forgery token out of the address that a form with a file was sent to: the address is shown, copied and kept
// in the history.
export function bind() {
  const here = new URL(location.href);
  if (here.searchParams.has('csrfToken')) {
    here.searchParams.delete('csrfToken');
    history.replaceState(history.state, '', here);
  }
}
