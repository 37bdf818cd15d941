#!/usr/bin/env node
import { main } from '../dist/src/cli/main.js';
import { endWhenUnread } from '../dist/src/cli/terminal.js';

endWhenUnread();
process.exitCode = await main(process.argv);
