FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# One user without rights; the embedded database, where it is used, lives in the volume /data.
RUN useradd --system --uid 10001 --no-create-home tracker && install -d -o tracker -g tracker /data
COPY requirements.txt ./
RUN pip install --requirement requirements.txt

COPY manage.py gunicorn.conf.py ./
COPY tracker tracker
COPY phases phases
COPY templates templates
COPY static static
# The key exists for this one command only; a running container needs its own.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    python manage.py collectstatic --no-input --verbosity 0

USER tracker
ENV DATABASE_URL=sqlite:////data/db.sqlite3
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=40s CMD ["python", "-m", "tracker.healthcheck"]
CMD ["sh", "-c", "python manage.py migrate --no-input && exec gunicorn --bind 0.0.0.0:8000 --no-control-socket --worker-tmp-dir /dev/shm tracker.wsgi"]
