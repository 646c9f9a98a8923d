import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readDashboard } from '../../lib/monitoring/dashboard-body.ts';
import { synthesiseDashboard } from '../../lib/workflow/definition.ts';
import { everyProvider } from '../every-provider.ts';
import { drawDashboard } from './drawing.ts';

/** Draws the dashboard into `docs/dashboard.svg`. */
const file = fileURLToPath(new URL('../../docs/dashboard.svg', import.meta.url));
writeFileSync(file, drawDashboard(readDashboard(synthesiseDashboard(everyProvider))));
console.log(`drew ${file}`);
