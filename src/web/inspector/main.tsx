/** Entry of the inspector. */
import '../shared/no-code-generation.ts';
import '../shared/styles.ts';
import './inspector.css';
import './chart.css';
import { mount } from '../shared/mount.tsx';
import { Inspector } from './inspector.tsx';

mount(<Inspector />);
