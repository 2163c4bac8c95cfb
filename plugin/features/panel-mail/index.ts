export { type Carrier, type CarrierParts, Carriers } from './carrier.js';
