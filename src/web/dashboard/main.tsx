/** Entry of the dashboard. */
import '../shared/no-code-generation.ts';
import '../shared/styles.ts';
import './dashboard.css';
import './entity-types.css';
import './ladder.css';
import './timeline.css';
import { mount } from '../shared/mount.tsx';
import { Dashboard } from './dashboard.tsx';

mount(<Dashboard />);
