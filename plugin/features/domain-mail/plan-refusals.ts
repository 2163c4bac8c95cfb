import { isChange, changedFields } from '../../changes/changed-fields.js';
import type { FieldError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type UnknownRecipients, policyNamed } from './policies/index.js';

type Permitted = Pick<Viewer, 'permissions'>;

/** Whether a viewer's plan includes a policy. */
export function mayChoose({ permissions }: Permitted, key: string): boolean {
  const { permission } = policyNamed(key);
  return permission === undefined || permissions.has(permission);
}

/** Why a plan does not permit a policy, if so. One that was set before stays, but is not changed. */
export function policyNotInPlan(
  viewer: Permitted,
  before: UnknownRecipients,
  after: UnknownRecipients,
): FieldError | undefined {
  const isSame = !isChange(changedFields(fieldsOf(before), fieldsOf(after)));
  return isSame || mayChoose(viewer, after.policy)
    ? undefined
    : { key: 'domain-mail.errors.policy-not-in-plan' };
}

function fieldsOf(unknown: UnknownRecipients): ReturnType<ReturnType<typeof policyNamed>['entry']> {
  return { policy: unknown.policy, ...policyNamed(unknown.policy).entry(unknown) };
}

/** Why a plan does not permit to forward to a domain of this owner, if so. */
export function outsideNotInPlan(
  { permissions }: Permitted,
  ownerId: number,
  targetOwnerId: number | undefined,
): FieldError | undefined {
  return ownerId === targetOwnerId || permissions.has('domain-mail.forward-outside')
    ? undefined
    : { key: 'domain-mail.errors.outside-not-in-plan' };
}

/** Why a plan does not permit to send through an SMTP server, if so. */
export function relayNotInPlan({ permissions }: Permitted): FieldError | undefined {
  return permissions.has('domain-mail.relay')
    ? undefined
    : { key: 'domain-mail.errors.relay-not-in-plan' };
}
