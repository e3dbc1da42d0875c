/** People, places and goods of the demo: short and very long, plain and accented, several scripts. */
import type { Address } from './shop-types'

export const people: readonly [first: string, last: string][] = [
  ['Mara', 'Lindqvist'],
  ['Jonas', 'Weber'],
  ['Amélie', 'Roux-Desmarais'],
  ['Ōta', 'Haruki'],
  ['李', '娜'],
  ['Siobhán', 'Ó Briain'],
  ['Priya', 'Venkataraghavan'],
  ['Łukasz', 'Wiśniewski'],
  ['Ana Sofía', 'de la Fuente y Castellanos'],
  ['Tom', 'Ng'],
  ['Zoë', 'Vandenberghe'],
  ['Мария', 'Соколова'],
  ['Hubert Blaine', 'Wolfeschlegelsteinhausenbergerdorff'],
  ['Nia', 'Okonkwo'],
  ['Gudrun', 'Þorsteinsdóttir'],
  ['Omar', 'Al-Rashid'],
  ['Grace', "O'Malley"],
  ['Ines', 'Kovač'],
  ['田中', '美咲'],
  ['Émile', 'Null'],
]

type Place = Pick<Address, 'address_1' | 'address_2' | 'city' | 'state' | 'postcode' | 'country' | 'company'>

const place = (country: string, city: string, state: string, postcode: string, address_1: string, address_2 = '', company = ''): Place => ({
  country,
  city,
  state,
  postcode,
  address_1,
  address_2,
  company,
})

export const places: Readonly<Record<string, readonly Place[]>> = {
  US: [
    place('US', 'Portland', 'OR', '97209', '1120 NW Couch St', 'Apt 4B'),
    place('US', 'Austin', 'TX', '78704', '2400 S Congress Ave'),
    place('US', 'Minneapolis', 'MN', '55401', '80 S 8th St', 'Floor 11', 'Hennepin Receiving & Distribution Cooperative'),
  ],
  DE: [
    place('DE', 'Berlin', '', '10437', 'Schönhauser Allee 161'),
    place('DE', 'München', 'BY', '80331', 'Sendlinger Straße 8', '3. OG'),
    place('DE', 'Köln', '', '50672', 'Aachener Straße 60', '', 'Vereinigte Werkstätten für Holz- und Metallverarbeitung GmbH & Co. KG'),
  ],
  GB: [place('GB', 'London', '', 'E8 1DU', '14 Wilton Way'), place('GB', 'Edinburgh', '', 'EH3 6SW', '9 Dundas Street', 'Flat 2/1')],
  FR: [place('FR', 'Lyon', '', '69002', '12 rue de la République'), place('FR', 'Aix-en-Provence', '', '13100', '3 cours Mirabeau')],
  JP: [place('JP', '渋谷区', 'JP13', '150-0001', '神宮前 4-12-10'), place('JP', '京都市中京区', 'JP26', '604-8005', '三条通河原町東入', '2F')],
  KW: [place('KW', 'Kuwait City', '', '13001', 'Block 3, Al-Soor Street')],
}

/** [name, sku, price in hundredths of a dollar-like unit] */
export const goods: readonly [name: string, sku: string, hundredths: number][] = [
  ['Enamel mug, 350 ml', 'MUG-350-WHT', 1450],
  ['Merino beanie', 'BNE-MRN-GRY', 3900],
  ['Linen tea towel (set of 3)', 'TWL-LIN-3', 2750],
  ['Filter coffee, washed Ethiopia, 250 g', 'COF-ETH-250', 1620],
  ['Walnut cutting board', 'BRD-WAL-M', 6400],
  ['Brass bookmark', 'BKM-BRS', 999],
  ['Crème brûlée torch', 'TRC-CRM', 4295],
  ['Notebook A5, dotted – 192 pages, thread-bound, with ribbon and pocket, recycled paper, forest green', 'NTB-A5-DOT-192-FGR', 1899],
  ['抹茶 茶碗 (matcha bowl)', 'BWL-MTC-01', 5800],
  ['Wool blanket 140 × 200 cm', 'BLK-WOL-140', 12900],
  ['Gift wrapping', 'GFT-WRP', 350],
  ['Beeswax candle', 'CND-BWX-S', 1200],
  ['Ceramic plant pot Ø 18 cm', 'POT-CER-18', 2490],
  ['Garden shears “Nº 5”', 'SHR-005', 3150],
  ['Poster, 50 × 70, unframed', 'PST-5070', 2800],
  ['Travel adapter USB-C', 'ADP-USBC', 2199],
]
