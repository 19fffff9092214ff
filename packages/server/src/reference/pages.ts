import { doctorPage } from './doctor-page.ts';
import { causesPage, eventsPage } from './events-page.ts';
import { importKeycloakPage } from './import-keycloak-page.ts';
import { importWso2Page } from './import-wso2-page.ts';
import { metricsPage } from './metrics-page.ts';
import { optionsPage } from './options-page.ts';
import { profilesPage } from './profiles-page.ts';
import { RESOURCE_SCHEMAS } from './resource-schemas.ts';

/** The pages of `docs` that are this package's own tables, and what writes each. */
export const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'causes.md': causesPage,
  'doctor.md': doctorPage,
  'events.md': eventsPage,
  'import-keycloak.md': importKeycloakPage,
  'import-wso2.md': importWso2Page,
  'metrics.md': metricsPage,
  'options.md': optionsPage,
  'profiles.md': profilesPage,
  ...RESOURCE_SCHEMAS,
};
