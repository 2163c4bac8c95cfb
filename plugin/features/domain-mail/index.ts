export { policies } from './policies/index.js';
export {
  type Forwarding,
  forwardingColumns,
  hasOtherRecipients,
  leadsTo,
  whereLeading,
} from './policies/leading.js';
