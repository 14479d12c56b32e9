from apistar import App

from project.commands import create_tables
from project.database import close_session
from project.errors import handle_errors
from project.routes import routes
from project.settings import settings

app = App(routes=routes, settings=settings, commands=[create_tables])
app.wsgi = close_session(app.wsgi)
handle_errors(app)
wsgi = app.wsgi
