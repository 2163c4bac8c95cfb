export { policies } from './policies/index.js';
