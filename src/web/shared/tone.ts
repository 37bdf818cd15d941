/** The tone in which a status is shown. It only supports the word and the icon: no meaning is carried by colour alone. */

export type Tone = 'ok' | 'warn' | 'bad' | 'busy' | 'calm';
