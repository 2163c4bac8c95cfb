import { type Site, startSite } from './site.js';

let started: Promise<Site> | undefined;

/** The installation and browser shared by a test run, closed at its end. */
export async function sharedSite(): Promise<Site> {
  started ??= startSite();
  return await started;
}

// When loaded with a test file, this hook belongs to the whole run.
after(async () => {
  await (await started)?.stop();
});
