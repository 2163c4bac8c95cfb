export { type Carrier, Carriers } from './carrier.js';
