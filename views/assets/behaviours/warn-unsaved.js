// Warns before people leave a page with changes in a form. Confirmations are no work that could be lost.
const worked =
  'main form[method="post"]:not(.selection, .table-menu-body, .confirmation-actions, .sign-in form):not(:has(.btn-danger))';

export function bind(body) {
  const before = new Map();
  let isSubmitted = false;
  const note = ({ target }) => {
    const form = target.closest?.(worked);
    if (form && !before.has(form)) {
      before.set(form, contentOf(form));
      window.addEventListener('beforeunload', ask);
    }
    isSubmitted = false;
  };
  const ask = (event) => {
    if (!isSubmitted && (isRefused() || hasChanges(before))) {
      event.preventDefault();
    }
  };

  if (isRefused()) {
    window.addEventListener('beforeunload', ask);
  }
  // Behaviours may fill in fields, so that a form counts from when somebody begins with it.
  body.addEventListener('pointerdown', note, { capture: true });
  body.addEventListener('focusin', note, { capture: true });
  body.addEventListener('submit', ({ target, submitter, defaultPrevented }) => {
    const staysHere = defaultPrevented || (submitter?.formTarget || target.target) !== '';
    isSubmitted ||= !staysHere && target.matches(worked);
  });
}

/** What a refused form shows has not been saved either. */
function isRefused() {
  return (
    document.querySelector('main [data-unsaved]') !== null &&
    document.querySelector(worked) !== null
  );
}

function hasChanges(before) {
  return [...before].some(([form, content]) => form.isConnected && contentOf(form) !== content);
}

function contentOf(form) {
  const fields = [...new FormData(form)].map(([name, value]) =>
    typeof value === 'string' ? [name, value] : [name, value.name, value.size],
  );
  return JSON.stringify(fields);
}
