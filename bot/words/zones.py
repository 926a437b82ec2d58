"""words: the time zones a person can pick from: a city for each clock in use, west to east.

A menu of Slack holds 100 options; names are of the IANA database (iana.org/time-zones).
"""

ZONES = (
    *("Pacific/Pago_Pago", "Pacific/Honolulu", "Pacific/Marquesas", "America/Anchorage"),
    *("America/Los_Angeles", "America/Vancouver", "America/Tijuana", "America/Phoenix", "America/Denver"),
    *("America/Edmonton", "America/Chicago", "America/Winnipeg", "America/Mexico_City", "America/Regina"),
    *("America/Costa_Rica", "America/New_York", "America/Toronto", "America/Havana"),
    *("America/Jamaica", "America/Bogota", "America/Lima", "America/Guayaquil"),
    *("America/Halifax", "America/Puerto_Rico", "America/Caracas", "America/La_Paz", "America/Santiago"),
    *("America/Asuncion", "America/St_Johns", "America/Sao_Paulo", "America/Argentina/Buenos_Aires"),
    *("America/Montevideo", "America/Nuuk", "America/Noronha", "Atlantic/Azores", "Atlantic/Cape_Verde"),
    *("Atlantic/Reykjavik", "Africa/Accra", "Africa/Casablanca", "Europe/London", "Europe/Dublin"),
    *("Europe/Lisbon", "Africa/Lagos", "Africa/Algiers", "Europe/Madrid", "Europe/Paris"),
    *("Europe/Amsterdam", "Europe/Zurich", "Europe/Berlin", "Europe/Rome"),
    *("Europe/Vienna", "Europe/Prague", "Europe/Warsaw", "Europe/Copenhagen", "Europe/Stockholm"),
    *("Europe/Oslo", "Europe/Athens", "Europe/Helsinki", "Europe/Bucharest", "Europe/Kyiv"),
    *("Asia/Beirut", "Asia/Jerusalem", "Africa/Cairo", "Africa/Johannesburg", "Europe/Istanbul"),
    *("Europe/Moscow", "Asia/Riyadh", "Asia/Baghdad", "Africa/Nairobi", "Asia/Tehran", "Asia/Dubai"),
    *("Asia/Baku", "Asia/Kabul", "Asia/Karachi", "Asia/Tashkent", "Asia/Kolkata", "Asia/Colombo"),
    *("Asia/Kathmandu", "Asia/Dhaka", "Asia/Almaty", "Asia/Yangon", "Asia/Bangkok", "Asia/Jakarta"),
    *("Asia/Ho_Chi_Minh", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore"),
    *("Asia/Manila", "Australia/Perth", "Asia/Tokyo", "Asia/Seoul", "Australia/Adelaide"),
    *("Australia/Brisbane", "Australia/Sydney", "Pacific/Noumea", "Pacific/Auckland"),
    *("Pacific/Chatham", "Pacific/Tongatapu"),
)
