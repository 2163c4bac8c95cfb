// Suggests port and security for each other until both are chosen, and warns when they disagree. Binds to the notes
// below both fields.
export function bind(notes) {
  const { form } = document.getElementById('port');
  const { port, security } = form.elements;
  const usual = new Map(
    Object.entries(notes.dataset)
      .filter(([name]) => name.startsWith('port'))
      .map(([name, value]) => [name.slice('port'.length).toLowerCase(), value]),
  );
  // A value chosen by hand, now or in an earlier submission, is never changed.
  const isChosen = 'chosen' in notes.dataset;
  const chosen = { port: isChosen, security: isChosen };

  const show = () => {
    const wrong = disagreement(port.value.trim(), security.value, usual);
    for (const note of notes.querySelectorAll('[data-disagreement]')) {
      note.hidden = note.dataset.disagreement !== wrong;
    }
  };
  security.addEventListener('change', () => {
    chosen.security = true;
    if (!chosen.port) {
      port.value = usual.get(security.value);
    }
    show();
  });
  port.addEventListener('change', () => {
    const suggested = [...usual].find(([, value]) => value === port.value.trim());
    if (!chosen.security && suggested !== undefined && suggested[0] !== 'none') {
      security.value = suggested[0];
    }
    show();
  });
  port.addEventListener('input', () => {
    chosen.port = port.value.trim() !== '';
    show();
  });
  show();
}

/** As the server warns after saving. */
function disagreement(port, security, usual) {
  if (port === usual.get('tls') && security !== 'tls') {
    return 'tls-expected';
  }
  if (security === 'tls' && [usual.get('starttls'), usual.get('none')].includes(port)) {
    return 'tls-unexpected';
  }
  return security === 'none' && port === usual.get('starttls') ? 'unprotected' : undefined;
}
