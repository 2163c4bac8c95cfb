export { type ExchangerColumns, exchangerKinds, isMisled } from './known-exchangers.js';
export { policies } from './policies/index.js';
export {
  type Forwarding,
  forwardingColumns,
  hasOtherRecipients,
  leadsTo,
  whereLeading,
} from './policies/leading.js';
