import { type Registration, fromEach } from '../../../feature.js';
import { PanelEvents } from '../../panel.js';

/** The panel's events where there is no panel, such as in a thread: all registrations listen. */
export async function eventsOf(registered: readonly Registration[]): Promise<PanelEvents> {
  const events = new PanelEvents();
  for (const listener of await fromEach(registered, (each) => each.panelEvents?.())) {
    events.listen(listener);
  }
  return events;
}
