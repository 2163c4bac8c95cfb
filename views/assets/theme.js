// Loaded before the page is drawn, so that the other theme never flashes.
const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');

function applyTheme() {
  if (root.dataset.theme === 'auto') {
    root.dataset.bsTheme = dark.matches ? 'dark' : 'light';
  }
}

applyTheme();
dark.addEventListener('change', applyTheme);
