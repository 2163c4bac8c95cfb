// A port and a security suggest each other, and say when they disagree. Binds to the notes below both fields.
export function bind(notes) {
  const { form } = document.getElementById('port');
  const { port, security } = form.elements;
  const usual = new Map(
    Object.entries(notes.dataset)
      .filter(([name]) => name.startsWith('port'))
      .map(([name, value]) => [name.slice('port'.length).toLowerCase(), value]),
  );
  const ports = [...usual.values()];

  const show = () => {
    const wrong = disagreement(port.value.trim(), security.value, usual);
    for (const note of notes.querySelectorAll('[data-disagreement]')) {
      note.hidden = note.dataset.disagreement !== wrong;
    }
  };
  security.addEventListener('change', () => {
    if (port.value.trim() === '' || ports.includes(port.value.trim())) {
      port.value = usual.get(security.value);
    }
    show();
  });
  port.addEventListener('change', () => {
    const suggested = [...usual].find(([, value]) => value === port.value.trim());
    if (suggested !== undefined && suggested[0] !== 'none') {
      security.value = suggested[0];
    }
    show();
  });
  port.addEventListener('input', show);
}

/** As the server says it after saving. */
function disagreement(port, security, usual) {
  if (port === usual.get('tls') && security !== 'tls') {
    return 'tls-expected';
  }
  if (security === 'tls' && [usual.get('starttls'), usual.get('none')].includes(port)) {
    return 'tls-unexpected';
  }
  return security === 'none' && port === usual.get('starttls') ? 'unprotected' : undefined;
}
