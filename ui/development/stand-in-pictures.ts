/** One drawn landscape: sky from top to horizon, ground below, and a light. Colours in CSS notation. */
interface Picture {
  sky: [string, string];
  glow: string;
  ground: [string, string];
  /** Where the light stands, in hundredths of the picture. */
  light: { x: number; y: number; radius: number };
  /** Height of the horizon in hundredths from the top. */
  horizon: number;
}

const PICTURES: Record<string, Picture> = {
  harbour: {
    sky: ['#1d2c44', '#c98f6c'],
    glow: '#ffdca8',
    ground: ['#3b4a5b', '#10161d'],
    light: { x: 68, y: 57, radius: 11 },
    horizon: 60,
  },
  hands: {
    sky: ['#232735', '#6d6270'],
    glow: '#f0c78c',
    ground: ['#25242c', '#0d0d12'],
    light: { x: 58, y: 40, radius: 16 },
    horizon: 54,
  },
  piers: {
    sky: ['#10201b', '#8fae93'],
    glow: '#e6f0cf',
    ground: ['#22382e', '#0a120e'],
    light: { x: 36, y: 48, radius: 9 },
    horizon: 66,
  },
  door: {
    sky: ['#2c1a24', '#94585a'],
    glow: '#d8664f',
    ground: ['#2a1f26', '#120c10'],
    light: { x: 30, y: 58, radius: 12 },
    horizon: 56,
  },
  ferry: {
    sky: ['#0b1020', '#3a4f83'],
    glow: '#b9c8ff',
    ground: ['#3a3050', '#0d0a14'],
    light: { x: 76, y: 26, radius: 6 },
    horizon: 62,
  },
  lighthouse: {
    sky: ['#5f82ab', '#d9cfae'],
    glow: '#fff6d2',
    ground: ['#65754f', '#2a3422'],
    light: { x: 70, y: 30, radius: 10 },
    horizon: 60,
  },
};

/** The picture an id stands for, as SVG; ids that name none get one of them by their letters. */
export function drawPicture(id: string): string {
  const names = Object.keys(PICTURES);
  const sum = [...id].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  const name = names.find((one) => id.includes(one)) ?? names[sum % names.length] ?? 'harbour';
  const picture = PICTURES[name];
  if (!picture) return '';
  const { sky, glow, ground, light, horizon } = picture;
  const y = horizon * 9;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 900" width="1600" height="900">
  <defs>
    <linearGradient id="s" x2="0" y2="1"><stop stop-color="${sky[0]}"/><stop offset="1" stop-color="${sky[1]}"/></linearGradient>
    <linearGradient id="g" x2="0" y2="1"><stop stop-color="${ground[0]}"/><stop offset="1" stop-color="${ground[1]}"/></linearGradient>
    <radialGradient id="l"><stop stop-color="${glow}"/><stop offset=".35" stop-color="${glow}" stop-opacity=".75"/><stop offset="1" stop-color="${glow}" stop-opacity="0"/></radialGradient>
  </defs>
  <rect width="1600" height="900" fill="url(#s)"/>
  <circle cx="${light.x * 16}" cy="${light.y * 9}" r="${light.radius * 30}" fill="url(#l)"/>
  <rect y="${y}" width="1600" height="${900 - y}" fill="url(#g)"/>
  <path d="M0 ${y} L300 ${y - 46} L420 ${y - 18} L700 ${y - 60} L880 ${y - 12} L1600 ${y} Z" fill="${ground[1]}" opacity=".55"/>
  <ellipse cx="${light.x * 16}" cy="${y + 70}" rx="240" ry="16" fill="${glow}" opacity=".22"/>
</svg>`;
}
