import type { Checked } from '../lambdas/handlers/check-status.ts';
import type { Row } from './progress.ts';

/** What a check found, in the provider's own word where it has one. */
export const saidIn = ({ status }: Checked['report']): Pick<Row, 'says' | 'progress'> => {
  switch (status.kind) {
    case 'pending':
      return {
        says: status.said,
        ...(status.progress === undefined ? {} : { progress: status.progress }),
      };
    case 'awaitingInput':
      return { says: `asks: ${status.question}` };
    case 'exportPending':
      return { says: `${status.said}, export not there yet` };
    case 'ready':
      return { says: `${status.said}, saving` };
    case 'failed':
      return { says: status.said };
    case 'notFound':
      return { says: 'not found yet' };
    case 'refused':
      return { says: `refused (${status.code})` };
    case 'throttled':
      return { says: 'too many requests, slowing down' };
    case 'unavailable':
      return { says: status.message };
  }
};
