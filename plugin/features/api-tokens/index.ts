export { ApiTokens } from './api-tokens.js';
export { withToken } from './bearer.js';
