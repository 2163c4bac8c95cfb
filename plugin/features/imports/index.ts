export { startPreview } from './start-preview.js';
