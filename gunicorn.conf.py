"""How gunicorn serves this site. It reads this file by itself where it is started in this folder."""

# The most that gunicorn can bound. What is longer than portal.middleware.LONGEST_ADDRESS the site refuses with a page.
limit_request_line = 8190
