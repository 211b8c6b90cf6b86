/**
 * What the chip prints when it starts: the ROM, the second-stage bootloader and an application, all at 115,200. Must not: print
 * a value of what is stored.
 */
const BANNER = 'ets Jul 29 2019 12:21:46\r\n\r\n';

export type ResetReason = 'power' | 'watchdog';
const REASONS: Record<ResetReason, string> = {
  power: '0x1 (POWERON_RESET)',
  watchdog: '0x10 (RTCWDT_RTC_RESET)',
};

/** In download mode, as measured. */
export function downloadText(reason: ResetReason): string {
  return `${BANNER}rst:${REASONS[reason]},boot:0xf (UART_BOOT(UART0))\r\nwaiting for download\r\n`;
}

export function bootText(reason: ResetReason): string {
  return [
    `${BANNER}rst:${REASONS[reason]},boot:0x17 (SPI_FAST_FLASH_BOOT)`,
    'configsip: 0, SPIWP:0xee',
    'clk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00',
    'mode:DIO, clock div:2',
    'load:0x3fff0030,len:7104',
    'entry 0x400805e4',
    '\x1b[0;32mI (31) boot: ESP-IDF v5.4.4 2nd stage bootloader\x1b[0m',
    '\x1b[0;32mI (62) boot: Partition Table:\x1b[0m',
    '',
  ].join('\r\n');
}

/** Lines that an application prints while it runs. */
export const LOG_LINES = [
  'I (312) wifi:wifi driver task: 3ffc08b4, prio:23',
  'I (402) phy_init: phy_version 4791',
  'W (1203) sensor: i2c retry',
];
