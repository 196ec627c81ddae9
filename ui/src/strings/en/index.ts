/** The English catalogue: one file for each part of the window. The type of all catalogues follows from it. */
import { board } from './board';
import { compose } from './compose';
import { findings } from './findings';
import { gallery } from './gallery';
import { inspector } from './inspector';
import { problems } from './problems';
import { providers } from './providers';
import { queue } from './queue';
import { settings } from './settings';
import { shell } from './shell';

export const en = {
  ...shell,
  ...board,
  ...compose,
  ...inspector,
  ...findings,
  ...problems,
  ...providers,
  ...queue,
  ...gallery,
  ...settings,
};

export type StringKey = keyof typeof en;
/** Every language has every key. */
export type Catalogue = Readonly<Record<StringKey, string>>;
