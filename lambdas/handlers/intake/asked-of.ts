import type { Generation } from '../../contract/generation.ts';
import type { StartedTrigger } from '../../contract/started.ts';

/** What a trigger asks for beyond the generation itself; what it does not ask for is absent. */
export const askedOf = ({
  expectedSeconds,
  exportAs,
  progress,
  folder,
  tags,
}: Pick<StartedTrigger, 'expectedSeconds' | 'exportAs' | 'progress' | 'folder' | 'tags'>): Pick<
  Generation,
  'expectedSeconds' | 'exportAs' | 'progress' | 'folder' | 'tags'
> => ({
  ...(exportAs === undefined ? {} : { exportAs }),
  ...(expectedSeconds === undefined ? {} : { expectedSeconds }),
  ...(progress === true ? { progress } : {}),
  ...(folder === undefined ? {} : { folder }),
  ...(tags === undefined || Object.keys(tags).length === 0 ? {} : { tags }),
});
