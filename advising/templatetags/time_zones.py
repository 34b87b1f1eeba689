from django import template

from advising.time_zones import spoken

register = template.Library()
register.filter("zone", spoken)
