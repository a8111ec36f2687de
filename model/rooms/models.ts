import type { NyudClass } from './classes'

/** Short catalogue names used in model keys, and the file of each catalogue. */
export const CATALOGUE_FILES = {
  b0: 'BlendSwap-CC-0.sh3f',
  by: 'BlendSwap-CC-BY.sh3f',
  kl: 'KatorLegaz.sh3f',
  re: 'Reallusion.sh3f',
  sc: 'Scopia.sh3f',
} as const

export type CatalogueName = keyof typeof CATALOGUE_FILES

export interface RoleEntry {
  /** NYUD class every model of the role is labelled with. */
  label: NyudClass
  /** Space-separated model keys, `catalogue/id`. */
  models: string
}

/**
 * Reviewed table: what each usable model is for (role) and how it is labelled. A model that is not listed is not used
 * (outdoor things, vehicles, wall plugs, meshes whose front or scale proved wrong when looked at).
 */
export const ROLES = {
  doubleBed: {
    label: 'bed',
    models: 'b0/bed1 b0/bed2 b0/bedWithTexture b0/bed3 by/lettoCloud sc/bed1 sc/iron_bed',
  },
  singleBed: {
    label: 'bed',
    models: 'by/juniorBed sc/children_bed sc/captains-bed sc/day_bed_frame by/bunkBed',
  },
  nightStand: { label: 'night stand', models: 'b0/bedsideTable2 by/bedsideTable kl/filing-cabinet' },
  dresser: {
    label: 'dresser',
    models:
      'by/dresserWithDrawers by/chest sc/dressing-table b0/drawersCabinet by/kitchenDrawersCabinet sc/changing-table',
  },
  wardrobe: {
    label: 'cabinet',
    models:
      'b0/wardrobeWithSlidingDoors by/wardrobe by/wardrobe2 sc/wardrobe1 b0/cupboard sc/box_room sc/office_box',
  },
  sofa: {
    label: 'sofa',
    models:
      'b0/couch b0/couch2 by/couch3 b0/sofa2 by/sofa2 by/sofa3 kl/mid-century-sofa kl/mid-century-bench-sofa kl/futon-couch sc/leather_sofa sc/simple_sofa sc/sofa_white_beige sc/beige_sofa sc/beige_sofa_2seats b0/winchesterSofa sc/burlap_sofa sc/clear_sofa sc/convertible-sofa-BZ-closed',
  },
  cornerSofa: { label: 'sofa', models: 'b0/sofa by/cornerSofa' },
  armchair: {
    label: 'chair',
    models:
      'b0/armchair2 b0/modernArmchair by/armchair1 by/fotel kl/mid-century-chair sc/armchair1 sc/armchair2 sc/armchair3 sc/armchair kl/chair-ottoman sc/modern_armchair b0/winchesterArmchair by/armChair2',
  },
  chair: {
    label: 'chair',
    models:
      'b0/antiqueChair b0/chair2 b0/chair b0/plasticChair b0/sillaBlanca b0/thonet by/cafe_set_mota_chair by/cafe_set_tonon_chair by/chair3 by/chair4 by/ella_chair_f by/kitchenChair by/leaf_chair by/plaidChair kl/dining-chair sc/chair3 sc/chair4 sc/chair sc/tubular_chair sc/white_kitchen_chair b0/chairWithCushion by/chairWithCushion b0/osakaChair sc/plastic_chair b0/oakChair',
  },
  officeChair: {
    label: 'chair',
    models: 'b0/armchair sc/office_chair kl/office-chair sc/kids_desk_chair by/classSeat b0/designChair',
  },
  stool: {
    label: 'chair',
    models: 'kl/bar-stool sc/bar_chair b0/silla2 b0/stool2 b0/stool sc/kitchen_stool by/green_stool',
  },
  diningTable: {
    label: 'table',
    models:
      'b0/table by/table sc/table-with-leaning-feet sc/table3 sc/table4 sc/white_kitchen_table sc/wooden_table_office sc/table-on-trestles b0/tableWithTablecloth b0/oakTable sc/round-table kl/glass-dining-table sc/black_table sc/wooden_office_pear_table_rect kl/folding-table by/cafe_set_mota_table',
  },
  coffeeTable: {
    label: 'table',
    models:
      'by/coffeeTable sc/coffee-table2 sc/coffee_table sc/saloon_table sc/table_wood_and_iron sc/living_room_table by/cafe_set_tonon_table sc/rattanTable',
  },
  desk: {
    label: 'desk',
    models:
      'b0/desk b0/lbDesk by/officeTable by/simpleDesk sc/kids_desk_table sc/kids_wooden_desk by/biurko3 sc/wooden_office_alder_table sc/glass_table_office sc/metal_glass_table sc/wooden_office_pear_table sc/wooden_office_teak_table',
  },
  bookshelf: {
    label: 'bookshelf',
    models: 'b0/bookcase by/bookcase sc/dining_room kl/full-bookcase sc/office_furniture1',
  },
  shelves: {
    label: 'shelves',
    models: 'b0/shelves kl/utility-shelving b0/verticalShelves sc/kids_shelves b0/upperShelves',
  },
  tvStand: { label: 'otherfurniture', models: 'by/tvStand kl/bench sc/littlebank' },
  television: { label: 'television', models: 'b0/led_tv sc/tv sc/wall-flat-tv' },
  piano: { label: 'otherfurniture', models: 'by/piano b0/pianoAQueue' },
  ottoman: { label: 'otherfurniture', models: 'sc/puff b0/pianoBench' },
  fireplace: { label: 'otherstructure', models: 'sc/fireplace1 sc/fireplace2' },
  radiator: { label: 'otherstructure', models: 'b0/radiator b0/radiator1 b0/radiator3 by/modernRadiator' },
  floorLamp: {
    label: 'lamp',
    models: 'sc/living_lamp sc/livingroom_lamp1 sc/little_lamp3 kl/pedestal-vase-lamp',
  },
  tableLamp: {
    label: 'lamp',
    models:
      'b0/desklamp sc/desk_lamp1 sc/desk_lamp2 by/lamp sc/table_lamp sc/little_lamp1 sc/little_lamp2 b0/JapaneseLantern',
  },
  hangingLamp: {
    label: 'lamp',
    models: 'by/hangingLight kl/hanging-restaurant-light b0/lamp2 sc/ceiling-lamp kl/fluorescent',
  },
  floorPlant: {
    label: 'otherprop',
    models: 'by/decorativePlant sc/ficus by/mediumIndoorPlant b0/plant sc/maceta by/yuccaPlant b0/augalas',
  },
  tablePlant: {
    label: 'otherprop',
    models: 'b0/littlePlant sc/bonsai-tree b0/cactus by/luckyBamboo by/succulentPlant b0/orchids',
  },
  vase: {
    label: 'otherprop',
    models: 'sc/jar sc/vase1 sc/vase2 sc/vase3 sc/vase5 sc/candle sc/complements2 sc/pottery sc/old_jar',
  },
  deskThing: {
    label: 'otherprop',
    models:
      'kl/apple-imac-1998 sc/apple_pc by/laptop kl/apple-ibook-2001 sc/inkjet_and_scanner_printer sc/bandeja sc/phone b0/kalender sc/mini_stereo sc/mp3_base_for_ipad by/radio sc/penbox',
  },
  kitchenThing: {
    label: 'otherprop',
    models:
      'sc/bowl kl/bowl sc/bowlWithFruits by/breadBox by/coffeePress kl/coffee-maker b0/coffeeBrewer sc/coffee_machine sc/cooker sc/kitchenKnifeStandSet by/largePan sc/paperTowelHolder sc/spiceTower sc/toaster by/utensilsPot by/microwave sc/teapot kl/oil-servers sc/small-oven by/kitchenScale sc/wine_bottle kl/red-wine-bottle-01',
  },
  tableware: {
    label: 'otherprop',
    models:
      'kl/plate-and-ustensils sc/ensemble-assiette-couteau-fourchette-cuillere-verre kl/bread-plate kl/dinner-plate sc/bowlWithSalad sc/cup kl/coffee-mug by/coffee_cup sc/birthday_cake',
  },
  bathThing: {
    label: 'otherprop',
    models:
      'sc/com_bath2_jabon_pijo sc/com_bath sc/medicoscopia_bottle2 sc/medicoscopia_bottle sc/com_bath2_soap sc/com_bath2_esponja b0/flacon b0/cosmeticsPot',
  },
  floorThing: {
    label: 'otherprop',
    models:
      'kl/bullet-trash-can b0/dustbin b0/speaker2 b0/speaker3 sc/clothes-basket b0/basketball kl/recycling-bin sc/dog sc/cat b0/teddyBear b0/caballito by/ballonFoot sc/doll-house',
  },
  box: {
    label: 'box',
    models: 'sc/cardboard-box sc/open-cardboard-box b0/box b0/crate b0/ammoBox kl/trunk-large',
  },
  bag: { label: 'bag', models: 'by/backpack by/suitcase b0/handbag b0/briefcase' },
  clothes: {
    label: 'clothes',
    models:
      'sc/folded_clothes sc/robe sc/blouson sc/pantalon-shadows sc/jupe sc/short-shadows sc/sneakers sc/clothes-rack sc/woman_shoes',
  },
  standingPerson: {
    label: 'person',
    models: 're/female01 re/female02 re/female03 re/male01 re/male02 re/male03',
  },
  toilet: { label: 'toilet', models: 'b0/toiletsUnit by/toilets_unit_jay_hardy by/modernToilet' },
  bidet: { label: 'otherfurniture', models: 'b0/bidet' },
  washbasin: {
    label: 'sink',
    models:
      'b0/washbasin by/washbasin_jay_hardy sc/bathroom3 sc/bathroom4 sc/small_lavatory sc/basin b0/modernVanity',
  },
  bathtub: { label: 'bathtub', models: 'by/bath_jay_hardy sc/islandBath sc/corner_bathtub' },
  shower: { label: 'otherstructure', models: 'b0/showerStall' },
  bathCabinet: {
    label: 'cabinet',
    models: 'b0/lockedLocker b0/smallUpperCabinet by/kitchenSmallUpperCabinet',
  },
  upperCabinet: {
    label: 'cabinet',
    models: 'b0/glassDoorCabinet by/kitchenGlassDoorCabinet b0/upperCabinet by/kitchenUpperCabinet',
  },
  refrigerator: { label: 'refridgerator', models: 'kl/fridge b0/largeFridge b0/refrigerator' },
  stove: { label: 'otherstructure', models: 'kl/propane-stove b0/doubleOven b0/oven' },
  washer: {
    label: 'otherfurniture',
    models: 'sc/clothes_washing_machine sc/dryer_machine by/washing_machine',
  },
} as const satisfies Record<string, RoleEntry>

export type Role = keyof typeof ROLES

/** Keys of one role, in table order. */
export function roleModels(role: Role): string[] {
  return ROLES[role].models.split(' ')
}
