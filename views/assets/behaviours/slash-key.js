// Whether a slash opens the search over everything, which people who dictate can switch off in this browser (WCAG 2.2,
// 2.1.4).
const key = 'relais-slash-key';

export function isSlashOn() {
  return localStorage.getItem(key) !== 'off';
}

export function switchSlash(isOn) {
  localStorage.setItem(key, isOn ? 'on' : 'off');
}
