// Numbers, sizes and times as people read them. Sizes are in powers of 1024, rates per second.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

export function bytes(count) {
  if (count === null || count === undefined) return '–';
  let value = Math.abs(count);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  // 1023.7 would be shown as "1,024".
  const text = value.toFixed(digits);
  return (count < 0 ? '−' : '') + text + ' ' + UNITS[unit];
}

export const rate = perSecond => bytes(perSecond) + '/s';

// Rounded down, so that only the whole is 100 %.
export function percent(part, digits = 1) {
  if (part === null || part === undefined || Number.isNaN(part)) return '–';
  const scale = 10 ** digits;
  return (Math.floor(part * scale) / scale).toFixed(digits) + ' %';
}

export const share = part => part.toFixed(1) + ' %';

export const count = number => number.toLocaleString('en-US');

export function duration(millis) {
  if (millis === null || millis === undefined) return '–';
  const seconds = Math.round(millis / 1000);
  if (seconds < 60) return seconds + ' s';
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes + ' min ' + (seconds % 60 ? (seconds % 60) + ' s' : '');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return hours + ' h ' + (minutes % 60 ? (minutes % 60) + ' min' : '');
  return Math.floor(hours / 24) + ' d ' + (hours % 24) + ' h';
}

export function ago(epochMillis, now = Date.now()) {
  if (!epochMillis) return '–';
  const past = now - epochMillis;
  if (past < 5000) return 'just now';
  if (past < 3600e3) return duration(Math.floor(past / 1000) * 1000).replace(/ \d+ s$/, '') + ' ago';
  if (past < 48 * 3600e3) return Math.floor(past / 3600e3) + ' h ago';
  if (past < 60 * 86400e3) return Math.floor(past / 86400e3) + ' d ago';
  return new Date(epochMillis).toISOString().slice(0, 10);
}

export const exact = epochMillis => (epochMillis ? new Date(epochMillis).toLocaleString() : '');

export function clock(epochMillis, withSeconds) {
  const options = { hour: '2-digit', minute: '2-digit', hour12: false };
  if (withSeconds) options.second = '2-digit';
  return new Date(epochMillis).toLocaleTimeString('en-GB', options);
}

export const words = code => code.replaceAll('_', ' ');
