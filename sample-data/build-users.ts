/** Users as they signed up on one day: names in many scripts, mixed-case addresses, phones that may be missing. */
import type { Random } from './build-random.ts';
import { type Cell, columns, type Table } from './build-table.ts';
import { DAY, dateText, microseconds, timestampText } from './build-time.ts';

const ROWS = 320;

const PEOPLE = [
  { country: 'DE', names: ['Jörg Weiß', 'Käthe Müller', 'Anneliese Groß'], city: 'Köln', phone: '+49 30 23125' },
  {
    country: 'FR',
    names: ['Zoé Lefèvre', 'François Noël', "Maëlys d'Aubigné"],
    city: 'Besançon',
    phone: '+33 1 99 00',
  },
  { country: 'PL', names: ['Łukasz Żółć', 'Świętosława Dąbrowska'], city: 'Łódź', phone: '+48 22 555 1' },
  { country: 'TR', names: ['İpek Işık', 'Çağrı Öztürk'], city: 'İzmir', phone: '+90 212 555 ' },
  { country: 'GR', names: ['Ελένη Παπαδοπούλου', 'Γιώργος Νικολάου'], city: 'Θεσσαλονίκη', phone: '+30 21 0555 ' },
  { country: 'UA', names: ['Оксана Шевчук', 'Ґалаґан Їжакевич'], city: 'Київ', phone: '+380 44 555 ' },
  { country: 'EG', names: ['ليلى حسن', 'محمد عبد الرحمن'], city: 'القاهرة', phone: '+20 2 5555 ' },
  { country: 'IL', names: ['נועה כהן', 'יונתן לוי'], city: 'חיפה', phone: '+972 4 555 ' },
  { country: 'IN', names: ['आरती शर्मा', 'விஜய் குமார்'], city: 'मुंबई', phone: '+91 22 5550 ' },
  { country: 'TH', names: ['สมชาย ใจดี', 'พิมพ์ชนก'], city: 'กรุงเทพ', phone: '+66 2 555 ' },
  { country: 'CN', names: ['王小明', '欧阳娜娜'], city: '成都', phone: '+86 28 5550 ' },
  { country: 'JP', names: ['田中 さくら', '髙橋 ケンジ'], city: '神戸', phone: '+81 78 555 ' },
  { country: 'KR', names: ['김민준', '박서연'], city: '부산', phone: '+82 51 555 ' },
  { country: 'GB', names: ['Siân Pugh', 'Seán O’Neill', 'Ada "Addie" King'], city: 'Leeds', phone: '+44 7700 900' },
  { country: 'US', names: ['Mary-Jo Smith', 'José Núñez', 'Robert McDuff, Jr.'], city: 'Tulsa', phone: '+1 555 01' },
] as const;

const BIOS = ['likes 🚲 and ☕', 'says "hello, world"', 'two\nlines', '50 % off; call me', '家族 👩‍👩‍👧', ''] as const;
const DOMAINS = ['example.com', 'example.org', 'Example.net'] as const;

export function usersOf(day: string, random: Random): Table {
  const start = microseconds(day);
  const first = 500_000 + ((start - microseconds('2026-11-01')) / DAY) * 1000;
  return {
    columns: columns(
      'user_id BIGINT',
      'name VARCHAR',
      'email VARCHAR',
      'phone VARCHAR',
      'country VARCHAR',
      'city VARCHAR',
      'birth_date DATE',
      'is_active BOOLEAN',
      'bio VARCHAR',
      'signed_up_at TIMESTAMP',
    ),
    rows: Array.from({ length: ROWS }, (_, i) => {
      const person = random.pick(PEOPLE);
      return [
        String(first + i),
        random.pick<string>(person.names),
        emailOf(first + i, random),
        phoneOf(person.phone, random),
        person.country,
        padded(person.city, random),
        dateText(microseconds('1950-01-01') + random.whole(0, 20_000) * DAY),
        String(random.chance(0.9)),
        random.chance(0.2) ? random.pick<string>(BIOS) : null,
        timestampText(start + random.whole(0, DAY - 1)),
      ];
    }),
  };
}

function emailOf(id: number, random: Random): string {
  const name = random.pick(['Anna', 'bo', 'Chi', 'dee', 'Eve', 'finn']);
  return `${name}.${id}@${random.pick(DOMAINS)}`;
}

/** A few are written without the country's number, as people type them at home. */
function phoneOf(prefix: string, random: Random): Cell {
  if (random.chance(0.25)) return null;
  const rest = String(random.whole(0, 99)).padStart(2, '0');
  return random.chance(0.07) ? `0555 01${rest}` : `${prefix}${rest}`;
}

/** Cities come from a form that keeps the blanks that were typed. */
function padded(city: string, random: Random): string {
  const draw = random.share();
  if (draw < 0.1) return `${city} `;
  if (draw < 0.15) return ` ${city}`;
  return draw < 0.2 ? ` ${city}  ` : city;
}
